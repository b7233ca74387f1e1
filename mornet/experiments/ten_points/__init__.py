"""The ten points of Higham and Higham: the article's example, and optimisers beside each other."""
