"""Contracts: binding reward transfers that agents accept before play. See terms.py and catalogue.py."""

from .catalogue import CONTRACTS, register
from .contract import Contract
from .terms import Terms, terms_of

__all__ = ["CONTRACTS", "Contract", "Terms", "register", "terms_of"]
