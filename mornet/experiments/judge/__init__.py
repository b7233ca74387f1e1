"""The study of the judge: how right, safe and cheap `fit_best` is on many data sets."""
