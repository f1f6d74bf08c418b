package io.keeptrusts.gateway.recorded;

import io.keeptrusts.gateway.testing.Recording;
import io.keeptrusts.gateway.testing.Recordings;
import java.util.List;

/** Every cut of the streams written for this project. */
class OwnEveryByteTest extends EveryByteLaws {

  @Override
  List<Recording> recordings() {
    return Recordings.own();
  }
}
