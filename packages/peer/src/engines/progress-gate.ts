import type { Clock } from '../runtime.ts';

/** Milliseconds between two reports of progress: as often as a person can see, and seldom compared to small files. */
const PROGRESS_INTERVAL = 50;

/** Passes commands on in order. Of those that report progress it passes only the newest, at intervals. */
export interface ProgressGate<Command> {
  pass(command: Command): void;
  /** Drops what it holds. */
  close(): void;
}

export function createProgressGate<Command extends { readonly type: string }>(
  clock: Clock,
  tell: (command: Command) => void,
): ProgressGate<Command> {
  let held: Command | undefined;
  let timer: unknown;

  const flush = (): void => {
    const command = held;
    held = undefined;
    if (command !== undefined) tell(command);
  };
  const rest = (): void => {
    timer = clock.setTimeout(() => {
      timer = undefined;
      if (held === undefined) return;
      flush();
      rest();
    }, PROGRESS_INTERVAL);
  };

  return {
    pass(command) {
      if (command.type === 'progress.made') {
        held = command;
        if (timer !== undefined) return;
        flush();
        rest();
      } else {
        flush();
        tell(command);
      }
    },
    close() {
      held = undefined;
      clock.clearTimeout(timer);
    },
  };
}
