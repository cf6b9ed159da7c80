import { useId, useState } from 'react';

interface IntroductionProps {
  /** What the person calls themselves; empty if they don't say. */
  readonly name: string;
  /** A line for whoever opens the link; empty if there is none. */
  readonly note: string;
  readonly onName: (name: string) => void;
  readonly onNote: (note: string) => void;
}

/** Who hands this over, and a line with it. Both can be left out. */
export function Introduction({ name, note, onName, onNote }: IntroductionProps) {
  return (
    <div className="introduction">
      <Line label="From" value={name} onChange={onName} />
      <Line label="A line for them" value={note} onChange={onNote} />
      <p className="detail">
        Whoever opens the link from now on reads them. They prove nothing, and no server sees them.
      </p>
    </div>
  );
}

interface LineProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A line of text. What is typed counts when the field is left, or on Enter. */
function Line({ label, value, onChange }: LineProps) {
  const id = useId();
  const [draft, setDraft] = useState<string>();
  const commit = () => {
    if (draft !== undefined && draft !== value) onChange(draft);
    setDraft(undefined);
  };
  return (
    <div className="name-field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="name-input"
        dir="auto"
        autoComplete="off"
        enterKeyHint="done"
        maxLength={200}
        value={draft ?? value}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
          if (event.key === 'Escape') setDraft(undefined);
        }}
      />
    </div>
  );
}
