import { Button } from '../../ui/button.tsx';

interface GiveBackProps {
  /** There is something more important to do here. */
  readonly isQuiet?: boolean;
  readonly onGiveBack: () => void;
}

/** Hands something back to the sender, from a tab of its own: nothing that arrives here is in danger. */
export function GiveBack({ isQuiet = false, onGiveBack }: GiveBackProps) {
  return (
    <Button kind={isQuiet ? 'quiet' : 'plain'} data-testid="give-back" onClick={onGiveBack}>
      Hand something back
    </Button>
  );
}
