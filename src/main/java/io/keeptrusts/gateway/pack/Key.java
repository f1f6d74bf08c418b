package io.keeptrusts.gateway.pack;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What {@link RecordBinder} should know about a component that its type does not say. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Key {

  /** Absent is a problem (E006). */
  boolean required() default false;

  /** No key of the file: what a reader works out itself. */
  boolean derived() default false;

  /** Shown when the value is wrong. */
  String example() default "";
}
