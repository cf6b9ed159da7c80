import type {
  InflowRequest,
  InflowStart,
  OutflowRequest,
  OutflowStart,
} from '@burritoshare/peer/engines';

/** A request with what can't be posted replaced by what stands for it there. */
export type OutflowMessage =
  | Exclude<OutflowRequest, { type: 'flow.start' }>
  | ({ readonly type: 'flow.start' } & Omit<OutflowStart, 'source'> & {
        /** The source's number in its worker. */
        readonly source: number;
      });

export type InflowMessage =
  | Exclude<InflowRequest, { type: 'flow.start' }>
  | ({ readonly type: 'flow.start' } & Omit<InflowStart, 'sink'> & {
        /** Where the sink serves its calls. */
        readonly sink: MessagePort;
      });

/** What of a request is handed over instead of copied. */
export function transferOf(message: OutflowMessage | InflowMessage): Transferable[] {
  if (message.type === 'channel.adopt') return [message.bulk];
  return 'sink' in message ? [message.sink] : [];
}
