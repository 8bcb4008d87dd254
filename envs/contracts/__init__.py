"""Contracts: binding reward transfers that agents accept before play. See terms.py and library.py."""

from .contract import Contract
from .library import CONTRACTS, register
from .terms import Terms, terms_of

__all__ = ["CONTRACTS", "Contract", "Terms", "register", "terms_of"]
