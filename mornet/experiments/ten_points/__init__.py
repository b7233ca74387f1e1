"""The ten points of Higham and Higham: the article's example, and a race of optimisers."""
