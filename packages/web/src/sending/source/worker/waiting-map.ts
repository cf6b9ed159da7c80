/** A map whose readers can wait for a value that isn't there yet. */
export interface WaitingMap<Key, Value> {
  /** Resolves once the value is there. */
  get(key: Key): Promise<Value>;
  set(key: Key, value: Value): void;
  /** Call it only when no reader needs the value any more. */
  delete(key: Key): void;
}

interface Awaited<Value> {
  readonly value: Promise<Value>;
  readonly resolve: (value: Value) => void;
}

export function createWaitingMap<Key, Value>(): WaitingMap<Key, Value> {
  const entries = new Map<Key, Awaited<Value>>();
  const entryOf = (key: Key): Awaited<Value> => {
    const known = entries.get(key);
    if (known !== undefined) return known;
    let resolve: (value: Value) => void = () => undefined;
    const value = new Promise<Value>((settle) => {
      resolve = settle;
    });
    const entry = { value, resolve };
    entries.set(key, entry);
    return entry;
  };
  return {
    get: (key) => entryOf(key).value,
    set: (key, value) => entryOf(key).resolve(value),
    delete: (key) => entries.delete(key),
  };
}
