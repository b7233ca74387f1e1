from tests.perturbation.conftest import base, stored  # noqa: F401
