"""Functions that draw a figure and find its legend and lines."""

from matplotlib.colors import to_hex

from mornet.figures import style


def drawn(module, *records, **options):
    figure = style.new_figure(module.SIZE)
    module.draw(figure, *records, **options)
    return figure


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def lines(axes, colour):
    return [line for line in axes.lines if to_hex(line.get_color()) == to_hex(colour)]
