"""`python -m mornet` is the command `mornet`."""

from mornet.cli import main

raise SystemExit(main())
