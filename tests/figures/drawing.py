"""Functions that draw a figure, find its legend and lines, and write down all that it shows."""

import hashlib

import numpy as np
from matplotlib.axis import Axis
from matplotlib.cm import ScalarMappable
from matplotlib.collections import Collection
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

from mornet.figures import style


def drawn(module, *records, **options):
    figure = style.new_figure(module.SIZE)
    module.draw(figure, *records, **options)
    return figure


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def lines(axes, colour):
    return [line for line in axes.lines if to_hex(line.get_color()) == to_hex(colour)]


def fingerprint(figure):
    """A digest of the artists of the figure in their order: words, numbers, colours, no layout."""
    digest = hashlib.sha256()
    for artist in artists(figure):
        digest.update(f"{type(artist).__name__} {artist.get_zorder()}".encode())
        for fact in facts(artist):
            known = fact.encode() if isinstance(fact, str) else np.asarray(fact, float).tobytes()
            digest.update(known)
    return digest.hexdigest()


def artists(parent):
    """All artists in their order, but no ticks, which limits and scales of the axes decide."""
    for child in parent.get_children():
        yield child
        if isinstance(child, Axis):
            yield child.label
        else:
            yield from artists(child)


def facts(artist):
    """What the artist shows and in which colour."""
    if isinstance(artist, ScalarMappable) and artist.get_array() is not None:
        yield np.ma.filled(artist.get_array(), 0)
    if isinstance(artist, Axis):
        yield from (artist.get_view_interval(), artist.get_scale())
    if isinstance(artist, Text):
        yield from (artist.get_text(), artist.get_position(), to_hex(artist.get_color()))
    elif isinstance(artist, Line2D):
        yield from (artist.get_xydata(), to_hex(artist.get_color()), str(artist.get_marker()))
    elif isinstance(artist, Patch):
        yield from (artist.get_path().vertices, artist.get_facecolor(), artist.get_edgecolor())
    elif isinstance(artist, Collection):
        yield from (path.vertices for path in artist.get_paths())
        yield from (artist.get_facecolor(), artist.get_edgecolor(), artist.get_offsets())
