import { useEffect, useState } from 'react';

/**
 * A host that lives as long as the page does. `create` must stay the same function for as long as the
 * same host is wanted. Undefined for the moment before it exists.
 */
export function useHost<Host extends { stop(): unknown }>(create: () => Host): Host | undefined {
  const [host, setHost] = useState<Host>();
  useEffect(() => {
    const created = create();
    setHost(created);
    return () => {
      setHost(undefined);
      void created.stop();
    };
  }, [create]);
  return host;
}
