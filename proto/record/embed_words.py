#!/usr/bin/env python3
"""Writes words.dict as a C array. usage: embed_words.py WORDS.dict OUT.c"""
import sys

data = open(sys.argv[1], "rb").read()
rows = [", ".join("0x%02x" % b for b in data[i : i + 16]) for i in range(0, len(data), 16)]
open(sys.argv[2], "w").write(
    '/* Made by embed_words.py. */\n#include "dictionary.h"\n\n'
    "const uint8_t kk_body_words[] = {\n    " + ",\n    ".join(rows) + "\n};\n"
    "const size_t kk_body_words_len = sizeof(kk_body_words);\n"
)
