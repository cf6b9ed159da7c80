import type { ReactNode } from 'react';

/** A plate with what is on it. */
function OnPlate({
  className,
  children,
}: {
  readonly className: string;
  readonly children: ReactNode;
}) {
  return (
    <svg className={`art ${className}`} viewBox="0 0 420 240" aria-hidden="true" focusable="false">
      <ellipse className="art-plate" cx="210" cy="160" rx="205" ry="75" />
      <ellipse className="art-rim" cx="210" cy="150" rx="146" ry="46" />
      {children}
    </svg>
  );
}

/** The burrito on a plate, unwrapped: it has arrived. */
export function Plate({ className = '' }: { readonly className?: string }) {
  return (
    <OnPlate className={`art-served ${className}`.trim()}>
      <g transform="rotate(-8 200 112)">
        <circle className="art-tomato" cx="302" cy="88" r="25" />
        <circle className="art-avocado" cx="316" cy="122" r="22" />
        <circle className="art-corn" cx="286" cy="142" r="21" />
        <path className="art-wrap" d="M130 58h142v106H130c-32 0-50-22-50-53s18-53 50-53z" />
        <path className="art-toast" d="m138 84 20 8M196 78l16 4M176 112l22-3M120 118l16 9" />
        <path
          className="art-lip"
          d="M258 54c18 0 28 14 28 32v48c0 20-10 34-30 34s-28-18-26-38l4-44c1-20 8-32 24-32z"
        />
        <path
          className="art-foil"
          d="M80 111c16-14 38 0 54 20 12 14 26 28 44 33h-48c-32 0-50-22-50-53z"
        />
      </g>
    </OnPlate>
  );
}

/** An empty plate with crumbs: nobody is there, or nothing comes any more. */
export function EmptyPlate({ className = '' }: { readonly className?: string }) {
  return (
    <OnPlate className={`art-empty ${className}`.trim()}>
      <path className="art-foil" d="m268 110 24-14 28 8 14 22-10 24-34 8-28-14-6-18z" />
      <path className="art-crease" d="m286 112 14 12M308 118l-6 20M284 136l12-4" />
      <g className="art-crumbs">
        <circle cx="150" cy="146" r="7" />
        <circle cx="178" cy="164" r="4" />
        <circle cx="128" cy="166" r="4" />
        <circle cx="206" cy="142" r="5" />
        <circle cx="232" cy="170" r="4" />
      </g>
      <circle className="art-corn" cx="186" cy="134" r="8" />
    </OnPlate>
  );
}
