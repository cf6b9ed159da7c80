interface NewcomersProps {
  readonly asksFirst: boolean;
  readonly once: boolean;
  readonly onAskFirst: (asksFirst: boolean) => void;
  readonly onOnce: (once: boolean) => void;
}

/** Whether the person is asked before a new receiver is told anything, and whether the link is for one. */
export function Newcomers({ asksFirst, once, onAskFirst, onOnce }: NewcomersProps) {
  return (
    <div>
      <label className="choice">
        <input
          type="checkbox"
          data-testid="ask-first"
          checked={asksFirst}
          onChange={({ target: { checked } }) => onAskFirst(checked)}
        />
        Ask me before anyone new sees what this is.
      </label>
      <label className="choice">
        <input
          type="checkbox"
          data-testid="once"
          checked={once}
          onChange={({ target: { checked } }) => onOnce(checked)}
        />
        End the link once somebody has everything.
      </label>
    </div>
  );
}
