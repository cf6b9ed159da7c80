interface AskFirstProps {
  readonly asksFirst: boolean;
  readonly onChange: (asksFirst: boolean) => void;
}

/** Whether the person is asked before a new receiver is told anything. */
export function AskFirst({ asksFirst, onChange }: AskFirstProps) {
  return (
    <label className="choice">
      <input
        type="checkbox"
        data-testid="ask-first"
        checked={asksFirst}
        onChange={({ target: { checked } }) => onChange(checked)}
      />
      Ask me before anyone new sees what this is.
    </label>
  );
}
