import { EditedLine } from '../../ui/edited-line.tsx';

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
      <EditedLine label="From" value={name} onChange={onName} />
      <EditedLine label="A line for them" value={note} onChange={onNote} />
      <p className="detail">
        Whoever opens the link from now on reads them. They prove nothing, and no server sees them.
      </p>
    </div>
  );
}
