import { useId, useState } from 'react';

interface NameFieldProps {
  readonly name: string;
  readonly onRename: (name: string) => void;
}

/** The bundle's name, editable in place. What is typed counts when the field is left, or on Enter. */
export function NameField({ name, onRename }: NameFieldProps) {
  const id = useId();
  const [draft, setDraft] = useState<string>();
  const commit = () => {
    const wanted = draft?.trim() ?? '';
    if (wanted !== '' && wanted !== name) onRename(wanted);
    setDraft(undefined);
  };
  return (
    <div className="name-field">
      <label className="field-label" htmlFor={id}>
        Name
      </label>
      <input
        id={id}
        className="name-input"
        dir="auto"
        autoComplete="off"
        enterKeyHint="done"
        maxLength={200}
        value={draft ?? name}
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
