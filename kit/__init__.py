"""What every service shares: calls, transactions, journal, bus, identity, access. Knows no business noun."""
