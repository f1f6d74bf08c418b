/** Detectors measured on labelled data: {@code ./mvnw verify -Pdetect} prints the tables. */
@NullMarked
package io.keeptrusts.gateway.detect;

import org.jspecify.annotations.NullMarked;
