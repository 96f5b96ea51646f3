// Nothing typed is lost: whoever leaves a screen with text that is nowhere else is asked first, by a link,
// the way back, the other language, and by closing the page.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { L } from "./lang.ts";
import { Button, Dialog } from "./ui.tsx";

const held = new Set<symbol>();
let asks: ((go: () => void, stay: () => void) => void) | null = null;

/**
 * dirty: there is text that is not saved. kept: a draft of it stays on this device, so that only closing
 * the page, which may come before the draft is written, asks.
 */
export function useGuard(dirty: boolean, kept = false): void {
  const me = useRef(Symbol());
  // A layout effect: done with before the address changes, where saving is what changes it.
  useLayoutEffect(() => {
    if (!dirty || kept) return;
    held.add(me.current);
    return () => void held.delete(me.current);
  }, [dirty, kept]);
  useLayoutEffect(() => {
    if (!dirty) return;
    const ask = (event: Event): void => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [dirty]);
}

/** Goes, at once where nothing would be lost. */
export function leave(go: () => void, stay: () => void = () => undefined): void {
  if (held.size === 0 || !asks) go();
  else asks(go, stay);
}

export function Leaving() {
  const [asked, setAsked] = useState<{ go: () => void; stay: () => void } | null>(null);
  useEffect(() => {
    asks = (go, stay) => setAsked({ go, stay });
    return () => {
      asks = null;
    };
  }, []);
  const stay = (): void => {
    asked?.stay();
    setAsked(null);
  };
  const go = (): void => {
    setAsked(null);
    asked?.go();
  };
  return (
    <Dialog
      title={L("入力した内容が保存されていません", "What you typed is not saved")}
      open={asked !== null}
      onClose={stay}
    >
      <p>
        {L(
          "このまま移ると、入力した内容は失われます。",
          "If you go on from here, what you typed is lost.",
        )}
      </p>
      <div class="form-actions">
        <Button kind="first" onClick={stay}>
          {L("入力を続ける", "Go on typing")}
        </Button>
        <Button kind="danger" onClick={go}>
          {L("保存せずに移る", "Leave without saving")}
        </Button>
      </div>
    </Dialog>
  );
}
