// News for a person who is in another tab: a dot on the icon and in the title, and a notification if they asked for one.

/** The icon, and the one with a dot. */
const ICONS = { none: '/mark.svg', some: '/mark-news.svg' } as const;

const listeners = new Set<() => void>();
let news: keyof typeof ICONS = 'none';
let notifying: 'off' | 'on' = 'off';

function show(next: keyof typeof ICONS): void {
  if (next === news) return;
  news = next;
  document.querySelector('link[rel="icon"]')?.setAttribute('href', ICONS[news]);
  for (const listener of listeners) listener();
}

function endOnceSeen(): void {
  if (document.visibilityState === 'visible') show('none');
}

/** Whether something has happened that the person hasn't seen. */
export function hasNews(): boolean {
  return news === 'some';
}

/** Calls back whenever {@link hasNews} changes. Returns the end of that. */
export function subscribeToNews(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells a sentence to a person who is elsewhere. Somebody who sees the page reads it there. */
export function tell(sentence: string): void {
  if (document.visibilityState === 'visible') return;
  // Added again it is the same listener.
  document.addEventListener('visibilitychange', endOnceSeen);
  show('some');
  if (notifying === 'off') return;
  try {
    const notification = new Notification('BurritoShare', {
      body: sentence,
      icon: '/touch-icon.png',
    });
    notification.addEventListener('click', () => {
      window.focus();
      notification.close();
    });
  } catch {
    // Some browsers have notifications for service workers alone. The dot is there.
  }
}

/** What became of the wish for notifications. */
export type Notifying = 'off' | 'on' | 'refused';

/** Asks the browser for the permission, in the turn of the person's click. */
export async function startNotifying(): Promise<Notifying> {
  const permission = await Notification.requestPermission();
  notifying = permission === 'granted' ? 'on' : 'off';
  return permission === 'granted' ? 'on' : 'refused';
}

export function stopNotifying(): void {
  notifying = 'off';
}

/** Whether there are notifications in this browser. */
export function canNotify(): boolean {
  return 'Notification' in window;
}
