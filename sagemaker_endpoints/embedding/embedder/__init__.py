"""The embedding server: texts in, unit vectors out, from one table of word pieces. A CPU and 100 MB are plenty."""
