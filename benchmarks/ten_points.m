% The ten-point example in GNU Octave, as the article writes it: stochastic gradient, one point per step.
% octave ten_points.m STEPS EVERY   prints processor and wall seconds; EVERY = 1: cost of every step
args = argv();
steps = str2double(args{1});
every = str2double(args{2});
x1 = [0.1 0.3 0.1 0.6 0.4 0.6 0.5 0.9 0.4 0.7];
x2 = [0.1 0.4 0.5 0.9 0.2 0.3 0.6 0.2 0.4 0.6];
y = [ones(1, 5) zeros(1, 5); zeros(1, 5) ones(1, 5)];

function a = layer(a, W, b)
  a = 1 ./ (1 + exp(-(W * a + b)));
end

function c = total_cost(W2, W3, W4, b2, b3, b4, x1, x2, y)
  residual = zeros(10, 1);
  for i = 1:10
    a2 = layer([x1(i); x2(i)], W2, b2);
    a3 = layer(a2, W3, b3);
    residual(i) = norm(y(:, i) - layer(a3, W4, b4), 2);
  end
  c = norm(residual, 2) ^ 2;
end

rand("seed", 5000); randn("seed", 5000);
W2 = 0.5 * randn(2, 2); W3 = 0.5 * randn(3, 2); W4 = 0.5 * randn(2, 3);
b2 = 0.5 * randn(2, 1); b3 = 0.5 * randn(3, 1); b4 = 0.5 * randn(2, 1);
eta = 0.05;
cost = zeros(steps, 1);
tic; begin = cputime();
for k = 1:steps
  i = randi(10);
  x = [x1(i); x2(i)];
  a2 = layer(x, W2, b2);
  a3 = layer(a2, W3, b3);
  a4 = layer(a3, W4, b4);
  delta4 = a4 .* (1 - a4) .* (a4 - y(:, i));
  delta3 = a3 .* (1 - a3) .* (W4' * delta4);
  delta2 = a2 .* (1 - a2) .* (W3' * delta3);
  W2 = W2 - eta * delta2 * x';
  W3 = W3 - eta * delta3 * a2';
  W4 = W4 - eta * delta4 * a3';
  b2 = b2 - eta * delta2;
  b3 = b3 - eta * delta3;
  b4 = b4 - eta * delta4;
  if every
    cost(k) = total_cost(W2, W3, W4, b2, b3, b4, x1, x2, y);
  end
end
printf("%.9e %.9e\n", cputime() - begin, toc());
