package io.keeptrusts.gateway.pack;

import io.keeptrusts.gateway.provider.Vendor;
import io.keeptrusts.gateway.provider.Vendors;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The providers' own table, as a reader of packs needs it. */
final class VendorTable implements VendorNames {
  static final VendorTable INSTANCE = new VendorTable();

  private VendorTable() {}

  @Override
  public Set<String> names() {
    return Vendors.names();
  }

  @Override
  public List<String> keyVariables(String vendor) {
    return row(vendor).keyVariables();
  }

  @Override
  public boolean keyOptional(String vendor) {
    return row(vendor).keyOptional();
  }

  @Override
  public boolean embeds(String vendor) {
    return row(vendor).embeddings() != null;
  }

  @Override
  public boolean prefills(String vendor, @Nullable String model) {
    return row(vendor).prefill().takes(model);
  }

  @Override
  public boolean modelOptional(String vendor) {
    return row(vendor).local();
  }

  @Override
  public boolean deployments(String vendor) {
    return row(vendor).baseUrl().isEmpty();
  }

  private static Vendor row(String vendor) {
    return Objects.requireNonNull(Vendors.find(vendor), vendor);
  }
}
