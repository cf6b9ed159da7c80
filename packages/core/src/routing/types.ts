import type { BundleCommand, BundleEvent } from '../bundle/types.ts';
import type { ConnectionCommand, ConnectionEvent } from '../connection/types.ts';
import type {
  DeliveryCommand,
  ReceiverDeliveryEvent,
  SenderDeliveryEvent,
} from '../delivery/types.ts';
import type { InflowCommand, InflowEvent } from '../inflow/types.ts';
import type {
  ReceiverLanesCommand,
  ReceiverLanesEvent,
  SenderLanesCommand,
  SenderLanesEvent,
} from '../lanes/types.ts';
import type { NegotiationCommand, NegotiationEvent } from '../negotiation/types.ts';
import type { OutflowCommand, OutflowEvent } from '../outflow/types.ts';
import type { ControlMessage } from '../protocol/types.ts';
import type { SignalingCommand, SignalingEvent } from '../signaling/types.ts';

/** Which end this is. */
export type Role = 'sender' | 'receiver';

/** Where a command comes from: a machine, or the control channel (whose messages are facts already). */
export type Source =
  | { readonly from: 'signaling'; readonly command: SignalingCommand }
  | { readonly from: 'bundle'; readonly command: BundleCommand }
  | { readonly from: 'connection'; readonly command: ConnectionCommand }
  | { readonly from: 'negotiation'; readonly command: NegotiationCommand }
  /** The negotiation of a further lane. */
  | { readonly from: 'lane'; readonly lane: number; readonly command: NegotiationCommand }
  | { readonly from: 'lanes'; readonly command: SenderLanesCommand | ReceiverLanesCommand }
  | { readonly from: 'outflow'; readonly command: OutflowCommand }
  | { readonly from: 'inflow'; readonly command: InflowCommand }
  | { readonly from: 'delivery'; readonly command: DeliveryCommand }
  | { readonly from: 'control'; readonly command: ControlMessage }
  /** A message of a bulk channel for which no flow is prepared, or how much has arrived through all of them. */
  | {
      readonly from: 'bulk';
      readonly command:
        | { readonly type: 'bulk.received' }
        | { readonly type: 'bytes.arrived'; readonly bytes: number };
    };

/**
 * An event for a machine. Without `delivery`, it goes to the machine of the delivery that the command came
 * from; where the command came from `signaling`, to that of every delivery.
 */
export type Routed =
  | { readonly to: 'signaling'; readonly event: SignalingEvent }
  | { readonly to: 'bundle'; readonly event: BundleEvent }
  | { readonly to: 'connection'; readonly event: ConnectionEvent; readonly delivery?: string }
  | { readonly to: 'negotiation'; readonly event: NegotiationEvent }
  | { readonly to: 'lanes'; readonly event: SenderLanesEvent | ReceiverLanesEvent }
  | { readonly to: 'outflow'; readonly event: OutflowEvent }
  | { readonly to: 'inflow'; readonly event: InflowEvent }
  /** Something to say on the control channel; nobody hears it where there is none. */
  | { readonly to: 'control'; readonly event: ControlMessage }
  | {
      readonly to: 'delivery';
      readonly event: SenderDeliveryEvent | ReceiverDeliveryEvent;
      readonly delivery?: string;
    };
