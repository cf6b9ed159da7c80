import { lazy, Suspense, useEffect, useMemo, useRef, type RefObject } from 'react';

import { Kept } from '../receiving/kept.tsx';
import { ReceiverPage } from '../receiving/receiver-page.tsx';
import { Announcer } from '../tab/announcer.tsx';
import { pageOfFragment } from '../tab/page-of-fragment.ts';
import { useTouched } from '../tab/use-touched.ts';
import { navigation, useNavigation } from '../tab/use-navigation.ts';
import { BadLinkPage } from './bad-link-page.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { LeaveQuestion } from './leave-question.tsx';
import { ObstaclePage } from './obstacle-page.tsx';
import { SafetyNet } from './safety-net.tsx';
import { obstacleIn } from './support.ts';

// Whoever opens a link doesn't wait for what only senders need.
const SenderPage = lazy(async () => {
  const { SenderPage: page } = await import('../sending/sender-page.tsx');
  return { default: page };
});

/** The whole app: the frame, and the page that the address asks for. */
export function App() {
  const { shown, asked } = useNavigation();
  const main = useArrivalFocus(shown);
  useTouched();
  return (
    <Announcer>
      <Header />
      <main className="main" ref={main} tabIndex={-1}>
        {asked !== undefined && (
          <LeaveQuestion
            asked={pageOfFragment(asked).page === 'sender' ? 'start' : 'link'}
            onStay={navigation.stay}
            onGo={navigation.follow}
          />
        )}
        <SafetyNet>
          <Page key={shown} fragment={shown} />
        </SafetyNet>
      </main>
      <Footer />
    </Announcer>
  );
}

/** After a change of pages the focus is at the new page's beginning, as after a change of documents. */
function useArrivalFocus(shown: string): RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null);
  const last = useRef(shown);
  useEffect(() => {
    if (last.current !== shown) main.current?.focus();
    last.current = shown;
  }, [shown]);
  return main;
}

function Page({ fragment }: { readonly fragment: string }) {
  const request = useMemo(() => pageOfFragment(fragment), [fragment]);
  const obstacle = obstacleIn(window);
  if (obstacle !== undefined) return <ObstaclePage obstacle={obstacle} />;
  if (request.page === 'receiver') {
    return (
      <>
        <ReceiverPage link={request.link} />
        <Kept room={request.link.room} />
      </>
    );
  }
  if (request.page === 'sender') {
    return (
      <Suspense fallback={null}>
        <SenderPage giving={request.giving} />
        <Kept room={undefined} />
      </Suspense>
    );
  }
  return <BadLinkPage reason={request.reason} onHome={navigation.goHome} />;
}
