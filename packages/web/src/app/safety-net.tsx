import { Component, type ReactNode } from 'react';

import { Button } from '../ui/button.tsx';
import { PlainPage } from '../ui/plain-page.tsx';

/** Shown in place of a page that could not be drawn. */
export class SafetyNet extends Component<
  { readonly children: ReactNode },
  { readonly broken: boolean }
> {
  override readonly state = { broken: false };

  static getDerivedStateFromError(): { readonly broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    return this.state.broken ? <BrokenPage /> : this.props.children;
  }
}

function BrokenPage() {
  return (
    <PlainPage title="This page broke">
      <p>That is a mistake of ours, not of yours. Your own files are untouched.</p>
      <p className="detail">
        What was on its way in this tab has ended. Reload, then share again or open the link again.
      </p>
      <Button kind="primary" onClick={() => location.reload()}>
        Reload
      </Button>
    </PlainPage>
  );
}
