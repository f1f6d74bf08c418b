package io.keeptrusts.gateway.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keeptrusts.gateway.exchange.GatewayException;
import io.keeptrusts.gateway.policy.Course;
import io.keeptrusts.gateway.policy.Replacement;
import org.jspecify.annotations.Nullable;

/** For stations without a walk around them: what fails is thrown, everything else is an error. */
public class Rethrow implements Course {
  @Override
  public void report(String kind, ObjectNode report) {
    throw new AssertionError("nobody takes the report of " + kind);
  }

  @Override
  public boolean retry(String kind, String reason) {
    return false;
  }

  @Override
  public boolean replace(Replacement by) {
    throw new AssertionError("nobody takes the text of " + by.kind());
  }

  @Override
  public @Nullable Replacement replacement() {
    return null;
  }

  @Override
  public void failed(GatewayException failure) {
    throw failure;
  }
}
