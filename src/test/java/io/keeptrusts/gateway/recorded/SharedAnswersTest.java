package io.keeptrusts.gateway.recorded;

import io.keeptrusts.gateway.testing.Recording;
import java.util.List;

/** Whole answers and errors that real providers sent. */
class SharedAnswersTest extends AnswerLaws {

  @Override
  List<Recording> recordings() {
    return SharedStreamsTest.chats();
  }
}
