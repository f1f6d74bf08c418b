package io.keeptrusts.gateway.policy.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.keeptrusts.gateway.policy.text.Clusters.Cluster;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClustersTest {
  private final Clusters clusters = new Clusters();

  @Test
  void matches_that_share_a_character_become_one_named_after_the_first_rule() {
    clusters.add(new Cluster(0, 4, 2));
    clusters.add(new Cluster(6, 8, 1));
    clusters.add(new Cluster(3, 7, 3));
    assertThat(all()).containsExactly(new Cluster(0, 8, 1));
  }

  @Test
  void matches_that_touch_stay_apart_in_whatever_order_they_come() {
    clusters.add(new Cluster(0, 2, 0));
    clusters.add(new Cluster(4, 6, 1));
    clusters.add(new Cluster(2, 4, 2));
    assertThat(all())
        .containsExactly(new Cluster(0, 2, 0), new Cluster(2, 4, 2), new Cluster(4, 6, 1));
  }

  @Test
  void a_match_that_comes_late_joins_what_stands_before_the_last() {
    clusters.add(new Cluster(0, 2, 0));
    clusters.add(new Cluster(4, 6, 1));
    clusters.add(new Cluster(1, 4, 2));
    assertThat(all()).containsExactly(new Cluster(0, 4, 0), new Cluster(4, 6, 1));
  }

  @Test
  void a_match_may_join_very_many() {
    for (int i = 0; i < 1_000_000; i++) clusters.add(new Cluster(i, i + 1, 1));
    clusters.add(new Cluster(0, 1_000_000, 2));
    assertThat(all()).containsExactly(new Cluster(0, 1_000_000, 1));
  }

  private List<Cluster> all() {
    var all = new ArrayList<Cluster>();
    while (!clusters.isEmpty()) all.add(clusters.removeFirst());
    return all;
  }
}
