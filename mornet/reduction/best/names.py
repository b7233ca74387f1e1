"""Names of references and families in the answers of the judge."""

from __future__ import annotations

BETTER = "the better one of POD and PCA"
FAMILIES = {"decoder": "correction of the decoder", "both": "correction of encoder and decoder"}


def introduced(pod: str) -> str:
    """Return the name of a POD where it is named first, with what it is.

    >>> introduced("PCA"), introduced(BETTER)
    ('PCA, the better one of POD and PCA,', 'the better one of POD and PCA')
    """
    return pod if pod == BETTER else f"{pod}, {BETTER},"


def shown(candidate: str) -> str:
    """Return the name of a candidate, or of a family, for readers.

    >>> shown("both, centred"), shown("autoencoder")
    ('correction of encoder and decoder, centred', 'autoencoder')
    """
    family, comma, rest = candidate.partition(",")
    return f"{FAMILIES.get(family, family)}{comma}{rest}"
