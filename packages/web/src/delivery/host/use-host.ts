import { useLayoutEffect, useState } from 'react';

/**
 * Keeps a host as long as the page lives. A new `create` function makes a new host, so pass the same one on each
 * render. Returns undefined until the host exists.
 */
export function useHost<Host extends { stop(): unknown }>(create: () => Host): Host | undefined {
  const [host, setHost] = useState<Host>();
  // Before the page is painted: there may be a call to make.
  useLayoutEffect(() => {
    const created = create();
    setHost(created);
    return () => {
      setHost(undefined);
      void created.stop();
    };
  }, [create]);
  return host;
}
