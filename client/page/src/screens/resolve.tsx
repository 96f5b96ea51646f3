// Where two people wrote one field apart: both sides, who wrote them and when; one of them is chosen.
import { useState } from "preact/hooks";
import { post, Refusal } from "../api.ts";
import { L } from "../lang.ts";
import type { Act, Item, KkRecord, Kind, Value } from "../model.ts";
import { wardName } from "../names.ts";
import { useGet, useStore } from "../store.ts";
import { Button, RefusalNotice } from "../ui.tsx";
import { instantText } from "../when.ts";
import { ValueView } from "../value.tsx";

interface Written extends KkRecord {
  writers: Record<string, Act[]>;
}

function Side(props: { item: Item; value: Value; act: Act | undefined }) {
  const { tables } = useStore();
  const { act } = props;
  const office = act && (wardName(tables, act.ward ?? "") || L("局", "bureau"));
  return (
    <span>
      <ValueView item={props.item} value={props.value} />
      {act && (
        <span class="sub">
          {" "}
          {office} {act.holder} {instantText(act.at)}
        </span>
      )}
    </span>
  );
}

/** may: this person may choose; else both sides are there to be read. */
export function Resolve(props: { record: KkRecord; kind: Kind; may: boolean; done: () => void }) {
  const [settled, setSettled] = useState(false);
  const got = useGet<Written>(settled ? null : `record/conflicts/${props.record.id}`);
  const [chosen, setChosen] = useState<Record<string, number>>({});
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const failed = (reason: unknown): void => {
    if (!(reason instanceof Refusal)) throw reason;
    setRefusal(reason);
  };
  const shown = got.data;
  if (!shown || settled) return <RefusalNotice refusal={got.fault} again={got.again} />;
  const names = Object.keys(shown.conflicts);
  const take = names.filter((name) => chosen[name]).map((name) => `${name}=${chosen[name]}`);
  const settle = (): void => {
    post(`record/resolve/${shown.id}`, { options: { take } }).then(() => {
      setSettled(true);
      props.done();
    }, failed);
  };
  const itemOf = (name: string): Item | undefined =>
    props.kind.fields.find((one) => one.name === name);
  return (
    <section class="card warning no-print">
      <h2>
        {props.may
          ? L("どちらを採りますか", "Which of them shall stand?")
          : L("二人が別々に書いています", "Written by two people apart")}
      </h2>
      <p>
        {props.may
          ? L(
              "同じ項目を二人が別々に書きました。選ぶまで、両方とも残ります。",
              "Two people wrote the same field apart. Both stay until somebody chooses.",
            )
          : L(
              "次に同じ項目を書く操作で決まります。それまで、両方とも残ります。",
              "The next act that writes the field settles it. Both stay until then.",
            )}
      </p>
      {names.map((name) => {
        const item = itemOf(name);
        if (!item) return null;
        const sides = (shown.conflicts[name] ?? []).map((value, at) => (
          <Side item={item} value={value} act={shown.writers[name]?.[at]} />
        ));
        if (!props.may)
          return (
            <div class="sides">
              <h3>{item.label}</h3>
              <ul>
                {sides.map((side) => (
                  <li>{side}</li>
                ))}
              </ul>
            </div>
          );
        return (
          <fieldset class="radios sides">
            <legend>{item.label}</legend>
            {sides.map((side, at) => (
              <label>
                <input
                  type="radio"
                  name={name}
                  checked={chosen[name] === at + 1}
                  onChange={() => setChosen({ ...chosen, [name]: at + 1 })}
                />
                {side}
              </label>
            ))}
          </fieldset>
        );
      })}
      <RefusalNotice refusal={refusal} />
      {props.may && (
        <Button kind="first" disabled={take.length < names.length} onClick={settle}>
          {L("選んだ値に決める", "Settle on these")}
        </Button>
      )}
    </section>
  );
}
