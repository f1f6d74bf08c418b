package io.keeptrusts.gateway.recorded;

import io.keeptrusts.gateway.testing.Recording;
import java.util.List;

/** Every cut of the shortest streams that real providers sent. */
class SharedEveryByteTest extends EveryByteLaws {

  @Override
  List<Recording> recordings() {
    return SharedStreamsTest.chats();
  }
}
