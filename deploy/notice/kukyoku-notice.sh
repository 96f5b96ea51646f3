# At a log-in to a terminal: why the last sync of this person's home failed, and what to do. Says
# nothing where all is well, where there is no home, and where nobody looks.
if [ -t 1 ] && command -v kukyoku >/dev/null 2>&1; then
    kukyoku status --notice 2>/dev/null || :
fi
