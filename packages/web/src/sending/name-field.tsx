import { EditedLine } from '../ui/edited-line.tsx';

interface NameFieldProps {
  readonly name: string;
  readonly onRename: (name: string) => void;
}

/** The bundle's name, editable in place. A bundle always has one: an empty field leaves it as it was. */
export function NameField({ name, onRename }: NameFieldProps) {
  const rename = (text: string) => {
    const wanted = text.trim();
    if (wanted !== '' && wanted !== name) onRename(wanted);
  };
  return <EditedLine label="Name" value={name} onChange={rename} />;
}
