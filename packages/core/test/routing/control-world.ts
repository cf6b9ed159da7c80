import { receiverDeliveryMachine, senderDeliveryMachine } from '../../src/delivery/index.ts';
import type {
  DeliveryCommand,
  ReceiverDeliveryEvent,
  SenderDeliveryEvent,
} from '../../src/delivery/types.ts';
import { inflowMachine, type InflowEvent } from '../../src/inflow/index.ts';
import { receiverLanesMachine, senderLanesMachine } from '../../src/lanes/index.ts';
import { outflowMachine, type OutflowEvent } from '../../src/outflow/index.ts';
import { createPlan } from '../../src/pieces/plan.ts';
import type { ControlMessage } from '../../src/protocol/control-messages.ts';
import { hasBytes } from '../../src/protocol/types.ts';
import type { Role, Routed, Source } from '../../src/routing/types.ts';
import { createDriver, createVirtualClock, type Driver } from '../../src/testing/index.ts';
import { MANIFEST } from '../support/delivery-events.ts';
import { routeAt } from '../support/route-at.ts';

// Drivers of several kinds of machine are in one map; the route decides which events each gets.
type AnyDriver = Driver<typeof senderDeliveryMachine>;

const FILES = MANIFEST.entries.filter(hasBytes).length;
const PLAN = createPlan(MANIFEST);

/** The machines of one end behind its control channel, joined by the route as in a host. */
export class ControlWorld {
  readonly role: Role;
  readonly clock = createVirtualClock();
  /** The messages that this end has sent on `control`. */
  readonly said: ControlMessage[] = [];
  readonly #delivery: AnyDriver;
  #flow: AnyDriver | undefined;
  #lanes: AnyDriver | undefined;
  #answers: 'at once' | 'later' = 'at once';

  constructor(role: Role) {
    this.role = role;
    this.#delivery =
      role === 'sender'
        ? createDriver(senderDeliveryMachine, { manifest: MANIFEST }, this.#options('delivery'))
        : createDriver(receiverDeliveryMachine, undefined, this.#options('delivery'));
    this.#delivery.start();
  }

  get value(): unknown {
    return this.#delivery.snapshot.value;
  }

  get failure(): string | undefined {
    return this.#delivery.snapshot.context.failure;
  }

  happen(event: SenderDeliveryEvent | ReceiverDeliveryEvent): void {
    send(this.#delivery, event);
  }

  happenToFlow(event: OutflowEvent | InflowEvent): void {
    send(this.#flow, event);
  }

  /** Everything is sent and credited. */
  finishOutflow(): void {
    this.#dispatch({ from: 'outflow', command: { type: 'outflow.finished', failedFiles: [] } });
  }

  /** The flow runs elsewhere, so its reports are delayed. */
  holdFlow(): void {
    this.#answers = 'later';
  }

  hear(message: ControlMessage): void {
    this.#dispatch({ from: 'control', command: message });
  }

  #options(from: 'delivery' | 'outflow' | 'inflow' | 'lanes') {
    return {
      clock: this.clock,
      onCommand: (command: never) => {
        if (from === 'delivery') this.#prepare(command);
        this.#dispatch({ from, command });
      },
    };
  }

  // Makes what a host makes before the route sends it anything.
  #prepare(command: DeliveryCommand): void {
    if (command.type === 'outflow.start') {
      const { held, failedFiles } = command;
      const input = { plan: PLAN, files: FILES, highWater: 4e6, lowWater: 1e6, readAhead: 4 };
      this.#flow = createDriver(
        outflowMachine,
        { ...input, held, failedFiles },
        this.#options('outflow'),
      ) as unknown as AnyDriver;
      this.#lanes = createDriver(
        senderLanesMachine,
        undefined,
        this.#options('lanes'),
      ) as unknown as AnyDriver;
    } else if (command.type === 'inflow.start') {
      const { held, window } = command;
      this.#flow = createDriver(
        inflowMachine,
        { plan: PLAN, files: FILES, window, batch: 1e6, held },
        this.#options('inflow'),
      ) as unknown as AnyDriver;
      this.#lanes = createDriver(
        receiverLanesMachine,
        undefined,
        this.#options('lanes'),
      ) as unknown as AnyDriver;
    } else return;
    this.#flow.start();
    this.#lanes.start();
  }

  #dispatch(source: Source): void {
    if (source.from === 'inflow' && this.#answers === 'later') return;
    for (const routed of routeAt(this.role, 'own', source)) this.#carry(routed);
  }

  #carry(routed: Routed): void {
    switch (routed.to) {
      case 'delivery':
        return send(this.#delivery, routed.event);
      case 'outflow':
      case 'inflow':
        return send(this.#flow, routed.event);
      case 'lanes':
        return send(this.#lanes, routed.event);
      case 'control':
        this.said.push(routed.event);
        return;
      default:
        return;
    }
  }
}

function send(driver: AnyDriver | undefined, event: { readonly type: string }): void {
  if (driver?.snapshot.status === 'active') driver.send(event as SenderDeliveryEvent);
}
