import { useTitle } from '../tab/use-title.ts';
import { Button } from '../ui/button.tsx';
import { PlainPage } from '../ui/plain-page.tsx';

const TITLE = 'Open in another tab';

/** The same delivery lives in another tab of this browser. */
export function ElsewherePage({ onRetry }: { readonly onRetry: () => void }) {
  useTitle(TITLE);
  return (
    <PlainPage title={TITLE}>
      <p>This link is open in another tab of this browser, and what it brings arrives there.</p>
      <p className="detail">
        Look for that tab: its title has the name of what is offered. If you have closed it, go on
        here.
      </p>
      <Button kind="primary" onClick={onRetry}>
        Try here again
      </Button>
    </PlainPage>
  );
}
