import './early.ts';
import './styles/index.css';

import { webRuntime } from '@burritoshare/peer';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app/app.tsx';
import { obstacleIn } from './app/support.ts';
import { beginReceiving } from './receiving/create-receiver.ts';
import { keepCleaning } from './receiving/opfs/leftovers.ts';
import { pageOfFragment } from './tab/page-of-fragment.ts';
import { navigation } from './tab/use-navigation.ts';

keepCleaning();

const request = pageOfFragment(navigation.state().shown);
const hasBegun =
  request.page === 'receiver' && obstacleIn(window) === undefined && beginReceiving(request.link);
// What has begun is sent at the end of this turn, and the page is drawn while it is on its way.
if (hasBegun) webRuntime.clock.setTimeout(draw, 0);
else draw();

function draw(): void {
  const root = document.querySelector('#root');
  if (root === null) return;
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
