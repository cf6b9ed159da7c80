import { useId, useState, type KeyboardEvent } from 'react';

import { TOPICS, type Topic } from './topics.tsx';

/**
 * The name, and three quiet links. They open in place: leaving the page would end what it is doing.
 */
export function Header() {
  const [open, setOpen] = useState<Topic>();
  const panelId = useId();
  const closeOnEscape = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setOpen(undefined);
  };
  const Panel = open && TOPICS[open].Panel;
  return (
    <header className="header" onKeyDown={closeOnEscape}>
      <div className="header-row">
        <span className="brand">BurritoShare</span>
        <nav className="topics" aria-label="About this page">
          {Object.entries(TOPICS).map(([id, { label }]) => (
            <button
              key={id}
              type="button"
              className="topic"
              aria-expanded={open === id}
              aria-controls={open === id ? panelId : undefined}
              onClick={() => setOpen(open === id ? undefined : (id as Topic))}
            >
              {label}
            </button>
          ))}
        </nav>
      </div>
      {Panel && (
        <section className="panel" id={panelId} aria-label={TOPICS[open].label}>
          <Panel />
        </section>
      )}
    </header>
  );
}
