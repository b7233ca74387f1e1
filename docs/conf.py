"""How Sphinx builds the site: ``sphinx-build -W docs docs/_build``, without a network."""

import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in every job of a study
ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "docs" / "_extensions"), str(ROOT)]  # cases of the tests are shown

import mornet

project = "mornet"
author = "The mornet developers"
copyright = "The mornet developers, BSD 3-clause licence"
version = release = mornet.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "mathml",
    "plain_docstrings",
    "from_code",
    "moving_point",
    "losses",
]
exclude_patterns = ["_build", "course"]
suppress_warnings = ["config.cache"]  # the order of the gallery is a function
myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "dollarmath"]
myst_heading_anchors = 3
default_role = "py:obj"
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
python_use_unqualified_type_names = True

sphinx_gallery_conf = {
    "examples_dirs": ["course"],
    "gallery_dirs": ["_course"],
    "filename_pattern": r"/plot_",
    "within_subsection_order": "FileNameSortKey",
    "remove_config_comments": True,
    "show_memory": False,
    "min_reported_time": 10**6,  # no table of times: they hold for one machine
    "write_computation_times": False,
    "abort_on_example_error": True,
    "capture_repr": (),
    "reset_modules": ("look.reset",),
    "download_all_examples": False,
}

html_theme = "pydata_sphinx_theme"
html_title = "mornet"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
ALONE = [
    "index",
    "_generated/losses",
    "perturbation",
    "validation",
    "judge",
    "judge_results",
    "reliability",
    "robustness",
    "cluster",
    "architecture",
    "needs",
]
html_sidebars = {page: [] for page in ALONE}  # they have no pages below them
html_theme_options = {
    "show_prev_next": True,
    "navigation_with_keys": False,
    "secondary_sidebar_items": {
        "[!_]*": ["page-toc"],
        "_generated/*": ["page-toc"],
        "_course/*": [],  # wide figures and code
    },
    "footer_start": ["copyright"],
    "footer_end": [],
}
