"""Recipes' toolbox: public patches in, trained weights in the graphs that packages/models builds out."""
