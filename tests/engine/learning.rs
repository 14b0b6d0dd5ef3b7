//! Real digits: reward, and nothing else, teaches. The bounds leave room around what three seeds reached.
