package io.keeptrusts.gateway.recorded;

import io.keeptrusts.gateway.testing.Recording;
import io.keeptrusts.gateway.testing.Recordings;
import java.util.List;

/** Whole answers and errors written for this project from the documented formats. */
class OwnAnswersTest extends AnswerLaws {

  @Override
  List<Recording> recordings() {
    return Recordings.own();
  }
}
