// What is written for an act on a record, a comment, a reason, a proposal, comes back after a crash and when
// one left: it is a draft on this device until an act is done.
import type { ComponentChildren } from "preact";
import { useDrafts, useWords, wordsOf, type Draft, type Words } from "../drafts.ts";
import type { FormProps } from "../form.tsx";
import { L } from "../lang.ts";
import type { Item } from "../model.ts";
import { Button, Loaded, Notice } from "../ui.tsx";
import { instantText } from "../when.ts";

type Shown = (words: Words) => ComponentChildren;

/** Outlives the form in it, which begins anew when the record moves on. */
export function Worded(props: { record: string; children: Shown }) {
  const drafts = useDrafts();
  return (
    <Loaded got={drafts}>
      {({ drafts: kept }) => (
        <Wording key={props.record} record={props.record} first={wordsOf(kept, props.record)}>
          {props.children}
        </Wording>
      )}
    </Loaded>
  );
}

function Wording(props: { record: string; first: Draft | null; children: Shown }) {
  return <>{props.children(useWords(props.record, props.first))}</>;
}

/** What a form needs to be one of those whose words are kept. */
export const keptForm = <T,>(words: Words, items: readonly Item[]): Partial<FormProps<T>> => ({
  begun: Object.keys(words.typed).length > 0,
  typed: (now) => words.write(items, now),
  kept: true,
});

export const Kept = ({ at }: { at: string }) => (
  <p class="hint" aria-live="polite">
    {at &&
      L(
        `書きかけをこの端末に残しました（${instantText(at)}）。`,
        `Kept as a draft on this device (${instantText(at)}).`,
      )}
  </p>
);

interface BegunProps {
  at: string;
  stale: boolean;
  drop: () => void;
  /** What to do about what changed elsewhere, and what giving up leaves: where a form says more of it. */
  changed?: string;
  giveUp?: string;
}

/** Says what stands in a form that nobody has written in just now. */
export function Begun(props: BegunProps) {
  if (!props.at) return null;
  return (
    <Notice
      tone={props.stale ? "warning" : "info"}
      title={L(
        `前に書きかけた内容です（${instantText(props.at)}）。まだ保存していません。`,
        `What you began on ${instantText(props.at)}. It is not saved yet.`,
      )}
    >
      {props.stale && (
        <p>
          {props.changed ??
            L("その後、この記録がほかで変わりました。", "The record was changed elsewhere since.")}
        </p>
      )}
      <Button onClick={props.drop}>{props.giveUp ?? L("書きかけを破棄する", "Give it up")}</Button>
    </Notice>
  );
}
