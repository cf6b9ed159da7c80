import { useLayoutEffect } from 'react';

/** The ground of a page: masa, with tortilla for its counter, until something was delivered. */
export type GroundName = 'masa' | 'avocado';

/** Lays a page's ground. It is filled before the person's eyes only where another one lay before. */
export function Ground({ is }: { readonly is: GroundName }) {
  useLayoutEffect(() => {
    const { dataset } = document.documentElement;
    const before = dataset['ground'];
    if (before === is) return;
    dataset['ground'] = is;
    if (before === undefined && is === 'masa') return;
    if (before === 'masa') dataset['filled'] = '';
    else delete dataset['filled'];
    colourBrowser();
  }, [is]);
  return null;
}

// The browser's own bars go with the page.
function colourBrowser(): void {
  const ground = getComputedStyle(document.documentElement).getPropertyValue('--ground');
  for (const meta of document.querySelectorAll('meta[name=theme-color]'))
    meta.setAttribute('content', ground);
}
