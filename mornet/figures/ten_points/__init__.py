"""Figures of the ten points of Higham and Higham."""
