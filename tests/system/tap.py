"""What a test program says, check by check, in the Test Anything Protocol."""

DETAIL = 3000


class Tap:
    number, good = 0, True

    def check(self, passed, what, detail=""):
        self.number += 1
        self.good = self.good and bool(passed)
        print("%s %d - %s" % ("ok" if passed else "not ok", self.number, what), flush=True)
        if not passed and detail:
            print("# " + str(detail).strip()[-DETAIL:].replace("\n", "\n# "), flush=True)

    def skip(self, what, why):
        self.number += 1
        print("ok %d - %s # SKIP %s" % (self.number, what, why), flush=True)

    def done(self):
        print("1..%d" % self.number)
        return 0 if self.good else 1
