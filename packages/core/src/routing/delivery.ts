// Routes the commands of a delivery that both ends have, to the other side.

import type { ReceiverDeliveryCommand, SenderDeliveryCommand } from '../delivery/types.ts';
import { send } from './control.ts';
import type { SharedRouted } from './types.ts';

type SharedDeliveryCommand = Exclude<
  Extract<SenderDeliveryCommand, ReceiverDeliveryCommand>,
  { readonly type: 'delivery.release' }
>;

export function routeDelivery(command: SharedDeliveryCommand): readonly SharedRouted[] {
  switch (command.type) {
    case 'pause.send':
      return send({ type: 'pause', reason: command.reason });
    case 'resume.send':
      return send({ type: 'resume' });
    case 'cancel.send':
      return send({ type: 'cancel' });
    case 'failed.send':
      return send({ type: 'failed', code: command.code });
  }
}
