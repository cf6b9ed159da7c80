import { useTitle } from '../tab/use-title.ts';
import { ForOperator } from '../ui/for-operator.tsx';
import { PlainPage } from '../ui/plain-page.tsx';
import type { Obstacle } from './support.ts';

const TITLES: Readonly<Record<Obstacle, string>> = {
  insecure: 'This address isn’t secure',
  'no-webrtc': 'This browser can’t do it',
};

/** What keeps the app from working here, said before anything starts. */
export function ObstaclePage({ obstacle }: { readonly obstacle: Obstacle }) {
  useTitle(TITLES[obstacle]);
  return (
    <PlainPage title={TITLES[obstacle]}>
      {obstacle === 'insecure' ? <Insecure /> : <NoWebRtc />}
    </PlainPage>
  );
}

function Insecure() {
  return (
    <>
      <p>
        The page came over plain HTTP. Browsers then switch off what this needs: encryption, and a
        place to put files.
      </p>
      <p className="next">Open it with https:// at the front.</p>
      <ForOperator>
        Give it a certificate with <code>TLS_CERT</code> and <code>TLS_KEY</code>, or put a proxy
        with HTTPS in front of it. On the machine that serves it, http://localhost works too.
      </ForOperator>
    </>
  );
}

function NoWebRtc() {
  return (
    <>
      <p>
        Files go from browser to browser by WebRTC, and this browser doesn’t have it or has it
        switched off.
      </p>
      <p className="next">
        Open the page in a current Chrome, Edge, Firefox or Safari. If it is one of those, look
        whether an extension or a setting blocks WebRTC.
      </p>
    </>
  );
}
